//! Opening sockets in a context.

use super::Socket;
use crate::context::Context;
use crate::error::{Call, Error, Result};
use crate::refusal::Refusal;
use crate::socket_type::SocketType;

impl Context {
    /// Opens a socket (`zmq_socket`).
    ///
    /// libzmq gives the place of a closed socket back on a thread of its own. If there is no other place, the call waits for
    /// one, 1 second at the most after the last socket was closed.
    ///
    /// # Errors
    /// `EMFILE` if the context has [`max_sockets`](Context::max_sockets) already, or if the process has too few file
    /// descriptors left. Closed sockets count until what they sent is delivered, within their
    /// [`linger`](crate::Socket::linger). `EAGAIN` if the first socket cannot start the context's threads.
    /// `EINVAL` for a type that this libzmq does not have; `EPERM` where the system refuses the scheduling that was asked
    /// for; `ETERM` after [`shutdown`](Context::shutdown).
    #[doc(alias = "zmq_socket")]
    #[doc(alias = "NewSocket")]
    pub fn socket(&self, ty: SocketType) -> Result<Socket> {
        let failed = |refusal: Refusal| Error::refused(Call::Socket, refusal).about_type(ty);
        ty.check().map_err(failed)?;
        self.must_be_ours(Call::Socket)?;
        let raw = self.open(ty).map_err(failed)?;
        Ok(Socket::opened(raw, self.clone(), ty))
    }
}
