//! The population pages: ages, conditions, segments, frailty and the funnel of a scope, as charts drawn here with their tables; who is
//! behind a figure, for those who treat them; and a cohort sent to work. Every number comes from `actions::population` with its small
//! numbers hidden.

mod asked;
mod export;
mod figure;
mod frailty;
mod funnel;
mod head;
mod map_file;
mod page;
mod people;
mod samples;
mod words;
mod work;

pub(crate) use asked::{address, places};
pub(crate) use export::show as export;
pub(crate) use frailty::{FrailtyView, show as frailty};
pub(crate) use page::{FiguresView, ages, conditions, funnel, movement, segments};
pub(crate) use people::{PeopleView, show as people};
pub(crate) use work::submit as work;
