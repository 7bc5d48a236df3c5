//! The audit chain as a file.

use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, Reply, Verb, lines};
use tieout_app::access::{Action, Permission, Resource};

pub(super) const ENDPOINTS: &[Endpoint] = &[Endpoint {
    id: "exportAuditChain",
    verb: Verb::Get,
    path: "/v1/organizations/{organization_id}/audit-chain",
    access: Access::Organization(Permission(Resource::Events, Action::Read)),
    summary: "Export the audit chain with its signed heads and public keys as JSON Lines, which `tieout audit verify FILE` \
              checks offline",
    query: &[],
    request: None,
    response: (200, lines()),
    handler: Handler::Of(export),
}];

fn export(call: Call) -> Handled {
    Box::pin(async move {
        let organization = call.ctx.org()?.id;
        let export = call.app.export_chain(organization).await?;
        Ok(Reply::lines(export))
    })
}
