# Read by `.venv/bin/flask …` from this folder; an operator's own settings belong in `.env` or the environment.
FLASK_APP=reporter.app
