mod facts;
mod frailty;
mod histories;
