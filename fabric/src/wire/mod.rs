//! What goes over a connection: frames, encoded and parsed without any input or output.
