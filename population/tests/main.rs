mod facts;
mod files;
mod followed;
mod frailty;
mod histories;
mod invented;
mod peers;
mod segments;
