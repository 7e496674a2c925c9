mod facts;
mod files;
mod followed;
mod frailty;
mod histories;
mod segments;
