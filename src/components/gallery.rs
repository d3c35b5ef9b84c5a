//! Every part in every state, to look at. Debug builds only.
