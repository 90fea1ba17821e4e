//! A place in the contract: a node and the path that led to it, so that every error can name it.

use super::ContractError;
use crate::json::Node;

#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) node: &'a Node,
    path: String,
}

impl<'a> Cursor<'a> {
    pub(super) fn top(node: &'a Node) -> Self {
        Cursor {
            node,
            path: String::new(),
        }
    }

    pub(super) fn wrong(&self, why: impl Into<String>) -> ContractError {
        ContractError::new(
            if self.path.is_empty() {
                "the top"
            } else {
                &self.path
            },
            why,
        )
    }

    /// Refuses members whose names are not in `known`: a typo in a key must not go unseen.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ContractError> {
        match self
            .members()?
            .into_iter()
            .find(|(name, _)| !known.contains(name))
        {
            Some((_, member)) => Err(member.wrong("is not a key that we know here")),
            None => Ok(()),
        }
    }

    pub(super) fn field(&self, name: &str) -> Result<Cursor<'a>, ContractError> {
        self.raw(name)
            .ok_or_else(|| self.wrong(format!("{name} is missing")))
    }

    /// The member, unless it is absent or null.
    pub(super) fn optional(&self, name: &str) -> Option<Cursor<'a>> {
        self.raw(name).filter(|member| *member.node != Node::Null)
    }

    /// The member, which must be there, even if only to say null.
    pub(super) fn nullable(&self, name: &str) -> Result<Option<Cursor<'a>>, ContractError> {
        self.field(name)
            .map(|member| Some(member).filter(|member| *member.node != Node::Null))
    }

    pub(super) fn members(&self) -> Result<Vec<(&'a str, Cursor<'a>)>, ContractError> {
        match self.node {
            Node::Map(members) => Ok(members
                .iter()
                .map(|(name, node)| (name.as_str(), self.step(name, node)))
                .collect()),
            other => Err(self.wrong(format!("must be an object, is {}", other.kind()))),
        }
    }

    pub(super) fn items(&self) -> Result<Vec<Cursor<'a>>, ContractError> {
        match self.node {
            Node::List(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, node)| Cursor {
                    node,
                    path: format!("{}[{index}]", self.path),
                })
                .collect()),
            other => Err(self.wrong(format!("must be an array, is {}", other.kind()))),
        }
    }

    pub(super) fn text(&self) -> Result<&'a str, ContractError> {
        self.node
            .as_text()
            .ok_or_else(|| self.wrong(format!("must be a string, is {}", self.node.kind())))
    }

    pub(super) fn texts(&self) -> Result<Vec<String>, ContractError> {
        self.items()?
            .iter()
            .map(|item| item.text().map(str::to_owned))
            .collect()
    }

    pub(super) fn boolean(&self) -> Result<bool, ContractError> {
        match self.node {
            Node::Bool(value) => Ok(*value),
            other => Err(self.wrong(format!("must be a boolean, is {}", other.kind()))),
        }
    }

    /// A boolean member that is false where it is absent.
    pub(super) fn flag(&self, name: &str) -> Result<bool, ContractError> {
        self.optional(name)
            .map_or(Ok(false), |member| member.boolean())
    }

    /// A whole number that is not negative.
    pub(super) fn count<N: std::str::FromStr>(&self) -> Result<N, ContractError> {
        match self.node {
            Node::Number(text) => text
                .parse()
                .map_err(|_| self.wrong("must be a small whole number")),
            other => Err(self.wrong(format!("must be a number, is {}", other.kind()))),
        }
    }

    pub(super) fn statuses(&self) -> Result<Vec<u16>, ContractError> {
        self.items()?.iter().map(Cursor::count).collect()
    }

    fn raw(&self, name: &str) -> Option<Cursor<'a>> {
        self.node.get(name).map(|node| self.step(name, node))
    }

    fn step(&self, name: &str, node: &'a Node) -> Cursor<'a> {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{} > {name}", self.path)
        };
        Cursor { node, path }
    }
}
