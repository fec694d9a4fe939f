//! Lists that are short enough to have no pages: packages, areas, routers, staff. They answer in the form of every list
//! and can be searched, so that a caller needs to know only one form.

use office::Page;
use serde::Deserialize;

/// What may be asked of a short list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShortList {
    /// Only what has these words in its name.
    search: Option<String>,
    /// Taken and not needed: the list is whole.
    cursor: Option<String>,
    /// Taken and not needed: the list is whole.
    limit: Option<i64>,
}

impl ShortList {
    /// The items whose text holds every searched word.
    pub(crate) fn of<T>(self, mut items: Vec<T>, text: impl Fn(&T) -> String) -> Page<T> {
        if let Some(search) = self.search {
            let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
            items.retain(|item| {
                let text = text(item).to_lowercase();
                words.iter().all(|word| text.contains(word))
            });
        }
        Page::whole(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_there_in_any_case() {
        let list = |search: &str| ShortList {
            search: Some(search.into()),
            ..ShortList::default()
        };
        let names = || vec!["RT 03 Mawar".to_owned(), "RT 04 Melati".to_owned()];
        assert_eq!(list("rt mawar").of(names(), Clone::clone).items, ["RT 03 Mawar"]);
        let all = list("  ").of(names(), Clone::clone);
        assert_eq!((all.total, all.next_cursor), (2, None));
        assert!(list("anggrek").of(names(), Clone::clone).items.is_empty());
    }
}
