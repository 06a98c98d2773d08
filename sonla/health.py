"""Two questions a load balancer asks: does the process live, and may it get work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PLAIN = "text/plain; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type=PLAIN)


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration; 503 with the reason otherwise."""
    try:
        waiting = unapplied_migrations()
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type=PLAIN)
    if waiting:
        return HttpResponse(
            f"Migrations not applied: {', '.join(waiting)}.\n", status=503, content_type=PLAIN
        )
    return HttpResponse("ready\n", content_type=PLAIN)


def unapplied_migrations() -> list[str]:
    """The names of migrations in the code that the database has not had."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
