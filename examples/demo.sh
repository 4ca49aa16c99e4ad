#!/usr/bin/env bash
# The main job of schemactl as a story, on the embedded account: real HTTP, no network, no key.
# Works in a folder of its own that it removes at the end. `make demo` runs it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$here/sales-pipeline/." "$work"
cd "$work"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

tell() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }

# Shows a command, runs it, and holds it to the exit status that the story expects.
run() {
  local expected=$1 status=0
  shift
  printf '$ schemactl'
  printf ' %q' "$@"
  printf '\n'
  schemactl "$@" || status=$?
  if [ "$status" -ne "$expected" ]; then
    printf 'the demo expected exit status %s and got %s\n' "$expected" "$status" >&2
    exit 1
  fi
  [ "$status" -eq 0 ] || printf '(exit status %s)\n' "$status"
}

tell '1. An account as files: sections, fields, options and tags.'
cat crm/sales.yaml

tell '2. Are the files right? Nobody is contacted.'
run 0 validate

tell '3. What would change, and how many calls would it take? Nothing is changed.'
run 0 plan

tell '4. Do it. Each change is proved by reading the account back.'
run 0 apply --yes

tell '5. Files and account agree: nothing to do.'
run 0 drift

tell '6. Overnight somebody edits the account by hand …'
schemactl emulator --account demo \
  --edit 'remove-field "Sales Pipeline" "Next Call"' \
  --edit 'add-option "Sales Pipeline" "Lead Status" "Maybe"' \
  --edit 'remove-tag "VIP"'

tell '… and the next drift report shows it.'
run 2 drift

tell '7. To restore it, contacts would lose an option: this requires a permission.'
run 4 apply --yes

tell '8. With the permission it is restored, and proved.'
run 0 apply --yes --allow removes-option
run 0 drift

tell '9. The account has contacts, and for years everybody wrote a text as they liked.'
schemactl emulator --account demo --quiet \
  --edit 'add-contacts 197:7' \
  --edit 'add-field "Sales Pipeline" "Trade" text' \
  --edit 'spread-values "Trade" Dental=80 dental=21 Retail=50 "not sure"=2' \
  --edit 'spread-values "Lead Status" Won=64 New=36'

tell 'The files ask for a dropdown in its place, and for a better name of an option:'
cp crm/sales.yaml before.txt
cat > industry.txt <<'YAML'
      - name: Industry
        type: tdrop
        options: [Dental, Retail, Other]
        from: {section: Sales Pipeline, name: Trade, map: {dental: Dental}, others: Other}
YAML
sed -e 's/Won, Lost/{name: Customer, was: [Won]}, Lost/' \
  -e '/name: Deal Value/r industry.txt' before.txt > crm/sales.yaml
printf 'removed:\n  fields: [{section: Sales Pipeline, name: Trade}]\n' >> crm/sales.yaml
{ diff before.txt crm/sales.yaml || true; } | sed -n 's/^> //p'

tell '10. The plan says what that does to whom. Nothing is guessed, and nothing is lost.'
run 0 plan

tell '11. Do it. Values are backed up, copied, read again, and only then the old field is removed.'
run 0 apply --yes --allow writes-contacts --allow removes-field
run 0 values

tell '12. Somebody misses the old texts. Undo brings back every value, and the files are reverted.'
run 0 undo --yes --allow writes-contacts --allow removes-field
mv before.txt crm/sales.yaml
run 0 plan

tell 'Now your own project: export PATH="$PWD/.venv/bin:$PATH", then schemactl init in an empty folder.'
