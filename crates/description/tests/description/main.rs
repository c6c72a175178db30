//! What the description language promises, on the shipped files and on broken ones.

mod beside;
mod broken;
mod differences;
mod mangled;
mod shipped;
