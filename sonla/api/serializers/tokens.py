"""Asking for a token, and being given it once."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from sonla.api.serializers.strict import StrictSerializer


class CredentialsSerializer(StrictSerializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    name = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text=_("Để nhận ra khóa khi thu hồi.")
    )


class TokenSerializer(serializers.Serializer):
    """The token is shown this once; only its hash is kept."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
