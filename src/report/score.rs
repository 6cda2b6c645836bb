//! What scorecards say, as tables for people and as JSON lines for tools.

use super::clean::one_line;
use super::{Style, Table, counted, json_lines};
use crate::scorecard::{Scores, Tally, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// One scorecard, as it is printed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Card<'a> {
    /// Its name.
    pub scorecard: &'a str,
    /// Its levels, from the lowest.
    pub levels: Vec<&'a str>,
    /// Its rules, in order.
    pub rules: Vec<RuleCounts<'a>>,
    /// The entities that it judges.
    pub entities: Vec<Standing<'a>>,
}

/// How often a rule ended how.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleCounts<'a> {
    /// The rule.
    pub rule: &'a str,
    /// Its level.
    pub level: &'a str,
    /// Entities that pass.
    pub pass: usize,
    /// Entities that fail.
    pub fail: usize,
    /// Entities of which it cannot be told.
    pub unknown: usize,
}

/// Where an entity stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Standing<'a> {
    /// Its address.
    pub entity: String,
    /// Its identifier.
    #[serde(skip)]
    pub name: &'a str,
    /// Its level; nothing for below the lowest.
    pub level: Option<&'a str>,
    /// How each rule ended; empty where only levels are asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub rules: Vec<RuleResult<'a>>,
}

/// How a rule ended for an entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleResult<'a> {
    /// The rule.
    pub rule: &'a str,
    /// `pass`, `fail` or `unknown`.
    pub result: &'static str,
    /// Why it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a rule, by its index, ended for an entity, by its index.
pub type Explain<'a> = &'a dyn Fn(usize, usize) -> Verdict;

impl<'a> Card<'a> {
    /// What `scores` say: the level of each entity, and how each rule ended where that is explained.
    pub fn new(scores: &'a Scores, explain: Option<Explain<'_>>) -> Self {
        let level = |index: usize| scores.levels.get(index).map(|name| &**name);
        let rules = scores.rules.iter().enumerate().map(|(index, (name, of))| {
            let Tally { pass, fail, unknown } = scores.tally(index);
            RuleCounts { rule: name, level: level(*of).unwrap_or_default(), pass, fail, unknown }
        });
        let result = |rule: &'a str, verdict: Verdict| match verdict {
            Verdict::Pass => RuleResult { rule, result: "pass", reason: None },
            Verdict::Fail => RuleResult { rule, result: "fail", reason: None },
            Verdict::Unknown(reason) => RuleResult { rule, result: "unknown", reason: Some(reason) },
        };
        let results = |entity: usize, explain: Explain<'_>| {
            let rules = scores.rules.iter().enumerate();
            rules.map(|(rule, (name, _))| result(name, explain(entity, rule))).collect()
        };
        let entities = scores.entities.iter().enumerate().map(|(entity, score)| Standing {
            entity: score.address.to_string(),
            name: &score.address.name,
            level: score.level.and_then(level),
            rules: explain.map(|explain| results(entity, explain)).unwrap_or_default(),
        });
        Self {
            scorecard: &scores.scorecard,
            levels: scores.levels.iter().map(|name| &**name).collect(),
            rules: rules.collect(),
            entities: entities.collect(),
        }
    }

    /// `production_readiness: 4 entities: 1 Gold, 0 Silver, 2 Bronze, 1 below Bronze`, from the highest level.
    fn heading(&self) -> String {
        let at = |level: Option<&str>| self.entities.iter().filter(|entity| entity.level == level).count();
        let levels = self.levels.iter().rev().map(|name| format!("{} {name}", at(Some(name))));
        let below = self.levels.first().map(|lowest| format!("{} below {lowest}", at(None)));
        let parts: Vec<String> = levels.chain(below).collect();
        let entities = counted(self.entities.len(), "entity");
        let heading = format!("{}: {entities}: {}", self.scorecard, parts.join(", "));
        one_line(&heading).into_owned()
    }

    /// The entities with their levels, and with their rules where they are told.
    fn entities(&self) -> Table {
        if self.entities.iter().all(|entity| entity.rules.is_empty()) {
            let mut table = Table::new(["entity", "level"]);
            self.entities.iter().for_each(|entity| table.row(&[&entity.name, &entity.level.unwrap_or("-")]));
            return table;
        }
        let mut table = Table::new(["entity", "level", "rule", "result", "reason"]);
        for entity in &self.entities {
            for RuleResult { rule, result, reason } in &entity.rules {
                let reason = reason.as_deref().unwrap_or_default();
                table.row(&[&entity.name, &entity.level.unwrap_or("-"), rule, result, &reason]);
            }
        }
        table
    }

    fn rules(&self) -> Table {
        let mut table = Table::new(["rule", "level", "pass", "fail", "unknown"]);
        for RuleCounts { rule, level, pass, fail, unknown } in &self.rules {
            table.row(&[rule, level, pass, fail, unknown]);
        }
        table
    }
}

/// For each scorecard how many entities reach which level, the entities, and the rules with how often they passed.
pub fn score_table(cards: &[Card<'_>], style: Style) -> String {
    let mut out = String::new();
    for (index, card) in cards.iter().enumerate() {
        let _ = writeln!(out, "{}{}", if index > 0 { "\n" } else { "" }, card.heading());
        for table in [card.entities(), card.rules()].iter().filter(|table| !table.is_empty()) {
            let _ = write!(out, "\n{}", table.print(style));
        }
    }
    out
}

/// One JSON object a line for each scorecard. A null level is below the lowest.
pub fn score_json(cards: &[Card<'_>]) -> String {
    json_lines(cards)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(is_explained: bool) -> Card<'static> {
        let names = ["has_readme", "on_call"];
        let standing = |(index, (name, level)): (usize, (&'static str, Option<&'static str>))| Standing {
            entity: format!("entity:service:{name}"),
            name,
            level,
            rules: match index {
                _ if !is_explained => Vec::new(),
                0 => names.map(|rule| RuleResult { rule, result: "pass", reason: None }).to_vec(),
                _ => vec![
                    RuleResult { rule: "has_readme", result: "fail", reason: None },
                    RuleResult { rule: "on_call", result: "unknown", reason: Some("`onCall` has no value".into()) },
                ],
            },
        };
        Card {
            scorecard: "ready",
            levels: vec!["Bronze", "Gold"],
            rules: vec![
                RuleCounts { rule: "has_readme", level: "Bronze", pass: 1, fail: 1, unknown: 0 },
                RuleCounts { rule: "on_call", level: "Gold", pass: 1, fail: 0, unknown: 1 },
            ],
            entities: [("checkout", Some("Gold")), ("x", None)].into_iter().enumerate().map(standing).collect(),
        }
    }

    #[test]
    fn a_table_shows_levels_and_how_often_rules_pass() {
        let expected = "\
ready: 2 entities: 1 Gold, 0 Bronze, 1 below Bronze

entity    level
checkout  Gold
x         -

rule        level   pass  fail  unknown
has_readme  Bronze  1     1     0
on_call     Gold    1     0     1
";
        assert_eq!(score_table(&[card(false)], Style::PLAIN), expected);
        let twice = score_table(&[card(false), card(false)], Style::PLAIN);
        assert_eq!(twice, format!("{expected}\n{expected}"));
    }

    #[test]
    fn the_detailed_table_shows_each_rule_with_its_reason() {
        let expected = "
entity    level  rule        result   reason
checkout  Gold   has_readme  pass
checkout  Gold   on_call     pass
x         -      has_readme  fail
x         -      on_call     unknown  `onCall` has no value

";
        let table = score_table(&[card(true)], Style::PLAIN);
        assert!(table.contains(expected), "{table}");
    }

    #[test]
    fn json_has_a_line_for_each_scorecard() {
        let expected = concat!(
            r#"{"scorecard":"ready","levels":["Bronze","Gold"],"rules":["#,
            r#"{"rule":"has_readme","level":"Bronze","pass":1,"fail":1,"unknown":0},"#,
            r#"{"rule":"on_call","level":"Gold","pass":1,"fail":0,"unknown":1}],"entities":["#,
            r#"{"entity":"entity:service:checkout","level":"Gold"},{"entity":"entity:service:x","level":null}]}"#,
            "\n"
        );
        assert_eq!(score_json(&[card(false)]), expected);
        let lines = score_json(&[card(true), card(true)]);
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.contains(concat!(
            r#""level":null,"rules":[{"rule":"has_readme","result":"fail"},"#,
            r#"{"rule":"on_call","result":"unknown","reason":"`onCall` has no value"}]"#
        )));
    }
}
