"""What a body may hold: what is declared, and nothing else."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class StrictSerializer(serializers.Serializer):
    """Refuses members that it does not know, by name: a misspelt one would otherwise be lost."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({name: [_("Không có mục này ở đây.")] for name in unknown})
        return super().to_internal_value(data)
