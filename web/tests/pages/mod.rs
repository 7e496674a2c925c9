//! One module a subject; `house` is the record under the pages and the browser before them.

mod academy;
mod access;
mod assets;
mod citizen;
mod followers;
mod forms;
mod hand_over;
mod headers;
mod hostile;
mod house;
mod objection;
mod open_up;
mod population;
mod provider;
mod proxies;
mod record_pages;
mod region;
mod risk;
mod scores;
mod search;
mod sign_in;
mod taking_part;
mod twin;
mod unusual;
mod who_decides;
mod who_may;
