mod facts;
mod files;
mod followed;
mod frailty;
mod histories;
mod peers;
mod segments;
