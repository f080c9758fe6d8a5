"""Azure DevOps service hooks: a user and password that were set for the subscription."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="azure-devops",
    title="Azure DevOps",
    docs="https://learn.microsoft.com/azure/devops/service-hooks/services/webhooks",
    scheme=CredentialScheme(Header("Authorization"), "basic"),
    event_type=(Json("eventType"),),
    event_id=(Joined(Json("subscriptionId"), Json("notificationId"), by=":"),),
    marks=(),
    secret_hint="the basic authentication user:password of the service hook subscription",
    secret_env="AZURE_DEVOPS_WEBHOOK_AUTH",
    events=("git.push", "build.complete", "workitem.created", "git.pullrequest.created"),
    confidence="medium",
)
