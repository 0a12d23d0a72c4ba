//! The names of a context's threads as text, which the DRAFT API brought.

use super::context::row::ZMQ_THREAD_NAME_PREFIX as OPTION;
use super::context_row::{failed, must_not_be_started, refused};
use crate::context::Context;
use crate::error::{Call, Result};

/// What a name may have, without the NUL: the system takes no more.
const LONGEST: usize = 15;

impl Context {
    /// The text in front of the names of the context's threads ([`zmq_ctx_get_ext`] with `ZMQ_THREAD_NAME_PREFIX`); empty, the default, is
    /// none. It needs the feature `draft`.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    ///
    /// [`zmq_ctx_get_ext`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_get_ext.html
    #[doc(alias = "zmq_ctx_get_ext")]
    #[doc(alias = "ZMQ_THREAD_NAME_PREFIX")]
    pub fn thread_name_prefix_text(&self) -> Result<String> {
        let _open = self.open_registry(Call::CtxGet, OPTION)?;
        // libzmq does not return the length.
        let mut text = [0; LONGEST + 2];
        self.raw()
            .get_ext(OPTION.number, &mut text)
            .map_err(|errno| failed(Call::CtxGet, OPTION, errno))?;
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    /// Sets a text in front of the names of the context's threads, as in `shop/ZMQbg/IO/0` ([`zmq_ctx_set_ext`] with
    /// `ZMQ_THREAD_NAME_PREFIX`), before the first socket is opened. It needs the feature `draft`.
    ///
    /// The system cuts the whole name after 15 bytes. [`set_thread_name_prefix`](Context::set_thread_name_prefix) takes a number, which
    /// stable libraries have too. The other options of a context are numbers, for which `zmq_ctx_set_ext` does what `zmq_ctx_set` does.
    ///
    /// # Errors
    /// `EINVAL` for an empty text, one of more than 15 bytes, one with a NUL, and after the first socket; `ETERM` once the context has
    /// ended.
    ///
    /// ```
    /// let context = zmq4::Context::new()?;
    /// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
    /// context.set_thread_name_prefix_text("shop")?;
    /// assert_eq!(context.thread_name_prefix_text()?, "shop");
    /// assert!(context.set_thread_name_prefix_text("").is_err());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_ctx_set_ext`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_set_ext.html
    #[doc(alias = "zmq_ctx_set_ext")]
    #[doc(alias = "ZMQ_THREAD_NAME_PREFIX")]
    pub fn set_thread_name_prefix_text(&self, prefix: impl AsRef<str>) -> Result<()> {
        let prefix = prefix.as_ref().as_bytes();
        if prefix.is_empty() || prefix.len() > LONGEST {
            let reason = format!("the text has {} bytes, not 1 to {LONGEST}", prefix.len());
            return Err(refused(OPTION, reason));
        }
        if prefix.contains(&0) {
            return Err(refused(OPTION, "the text has a NUL"));
        }
        let registry = self.open_registry(Call::CtxSet, OPTION)?;
        must_not_be_started(&registry, OPTION)?;
        let mut text = prefix.to_vec();
        if text.len() == size_of::<std::ffi::c_int>() {
            // libzmq takes a value of this size for a number. It ends the name at a NUL.
            text.push(0);
        }
        self.raw()
            .set_ext(OPTION.number, &text)
            .map_err(|errno| failed(Call::CtxSet, OPTION, errno))
    }
}
