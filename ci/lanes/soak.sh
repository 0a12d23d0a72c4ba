# An hour (ZMQ4_SOAK_SECONDS) of peers that are killed and come again, and one (ZMQ4_MONKEY_SECONDS) of random calls.
packages libzmq3-dev pkg-config
export ZMQ4_SOAK_SECONDS="${ZMQ4_SOAK_SECONDS:-3600}" ZMQ4_MONKEY_SECONDS="${ZMQ4_MONKEY_SECONDS:-3600}"
limit=9000 tests cargo test --package zmq4 --test soak --test monkey --no-fail-fast -- --nocapture
