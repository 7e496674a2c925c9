mod facts;
mod files;
mod frailty;
mod histories;
