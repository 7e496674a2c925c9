//! Previous and next, as links.

use askama::Template;

#[derive(Debug, Clone)]
pub(crate) struct PageLink {
    pub(crate) href: String,
    /// Where it leads, such as "Page 2 of 5".
    pub(crate) words: String,
}

#[derive(Debug, Clone, Default, Template)]
#[template(path = "components/pagination.html")]
pub(crate) struct Pagination {
    pub(crate) previous: Option<PageLink>,
    pub(crate) next: Option<PageLink>,
}

impl askama::filters::HtmlSafe for Pagination {}

impl Pagination {
    /// Links to the neighbours of `page` (1-based) among `pages`, addressed by `href`; none when all fits one page.
    pub(crate) fn of(page: usize, pages: usize, href: impl Fn(usize) -> String) -> Option<Pagination> {
        if pages < 2 {
            return None;
        }
        let link = |to: usize| PageLink {
            href: href(to),
            words: format!("Page {to} of {pages}"),
        };
        Some(Pagination {
            previous: (page > 1).then(|| link(page - 1)),
            next: (page < pages).then(|| link(page + 1)),
        })
    }
}
