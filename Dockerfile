# Sonla for production: packages pinned by hash, font and static files made while building, nothing fetched later.
# docker build -t sonla .

FROM python:3.11-slim-bookworm AS build
ENV PYTHONUTF8=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
# The packages first: a change of the code does not install them anew.
COPY requirements/base.txt requirements/base.txt
COPY scripts/console.py scripts/environment.py scripts/
RUN python scripts/environment.py base
COPY . .
# The key signs nothing here: the settings want one, and the image keeps none.
ENV DJANGO_SETTINGS_MODULE=sonla.settings.embedded SECRET_KEY=only-while-building
RUN .venv/bin/python manage.py build_assets \
 && .venv/bin/python manage.py collectstatic --noinput --verbosity=0 \
 && .venv/bin/python -m compileall -q communes programs housing sonla

FROM python:3.11-slim-bookworm
# What draws the PDFs of official tables.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/*
ENV PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=sonla.settings.production
RUN groupadd --system --gid 10001 sonla \
 && useradd --system --uid 10001 --gid sonla --home-dir /app --no-create-home --shell /usr/sbin/nologin sonla
WORKDIR /app
# The code belongs to root; what runs may write only where files are kept and requests are counted.
COPY --from=build /app /app
RUN mkdir -p var/files var/cache && chown 10001:10001 var/files var/cache
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=120s --retries=3 \
    CMD ["python", "scripts/healthcheck.py", "/readyz"]
CMD ["python", "scripts/serve.py"]
