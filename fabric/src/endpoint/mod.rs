//! What answers for the node's objects over the network.
