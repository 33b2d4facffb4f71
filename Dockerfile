# The city as an image: `docker build -t reporter .`. Web, worker and beat are the same image with another command.
# What make installs is installed here by the same lists; INDEX names another package registry, NPM another for npm.
FROM debian:bookworm-slim

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates make python3 python3-venv \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 city

WORKDIR /srv/reporter
COPY Makefile package.json package-lock.json .npmrc ./
COPY requirements requirements
COPY reporter/translations reporter/translations
ARG PIP_INDEX_URL
ARG NPM_CONFIG_REGISTRY
RUN make .venv/.run node_modules/.run .venv/.words

COPY . .
RUN mkdir /data && chown city /data
USER city
ENV DATA=/data HOST=0.0.0.0 PORT=8000 REPORTER_ENV=production PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
ENTRYPOINT [".venv/bin/flask"]
CMD ["serve"]
