# schemactl alone, for CI services that run containers:
#   docker build -t schemactl . && docker run --rm -v "$PWD:/project" schemactl plan
FROM python:3.11-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY schemactl schemactl
COPY schemas schemas
COPY docs/codes docs/codes
COPY ci ci
# Each dependency and the build backend at the version and with the hash of the lock.
RUN python -m venv /opt/schemactl \
 && /opt/schemactl/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r ci/requirements.txt \
 && /opt/schemactl/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
# Git says whether journals came with a commit; without it, none in a repository is read.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/schemactl /opt/schemactl
ENV PATH=/opt/schemactl/bin:$PATH
# Whoever the project's folder belongs to is given with --user; the name is for all others.
RUN useradd --create-home schemactl
USER schemactl
WORKDIR /project
ENTRYPOINT ["schemactl"]
CMD ["--help"]
