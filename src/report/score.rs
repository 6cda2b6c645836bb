//! What scorecards say, as tables for people and as JSON lines for tools.

use super::{Style, Table};
use crate::scorecard::{EntityScore, Scores, Verdict};
use serde::Serialize;
use std::fmt::Write;

/// What one scorecard says, with a way to ask how a rule ended.
#[derive(Clone, Copy)]
pub struct ScoreView<'a> {
    /// The scorecard's levels, rules and entities.
    pub scores: &'a Scores,
    /// How the rule of an index ended for the entity of an index.
    pub verdict: &'a dyn Fn(usize, usize) -> Verdict,
}

/// How much is told of each entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its level.
    Levels,
    /// Its level and how each rule ended, with the reason where that is unknown.
    Rules,
}

/// For each scorecard its levels with their counts, its entities, and its rules with how often they passed.
pub fn score_table(views: &[ScoreView<'_>], detail: Detail, style: Style) -> String {
    let mut out = String::new();
    for (index, view) in views.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", heading(view.scores));
        let tables = [view.entities(detail), view.rules()];
        for table in tables.iter().map(|table| table.print(style)).filter(|table| !table.is_empty()) {
            let _ = write!(out, "\n{table}");
        }
    }
    out
}

/// `production_readiness: 4 entities: 1 Gold, 0 Silver, 2 Bronze, 1 below Bronze`, from the highest level.
fn heading(scores: &Scores) -> String {
    let entities = match scores.entities.len() {
        1 => "1 entity".to_owned(),
        count => format!("{count} entities"),
    };
    let at = |level: Option<usize>| scores.entities.iter().filter(|entity| entity.level == level).count();
    let mut parts: Vec<String> =
        scores.levels.iter().enumerate().rev().map(|(index, name)| format!("{} {name}", at(Some(index)))).collect();
    if let Some(lowest) = scores.levels.first() {
        parts.push(format!("{} below {lowest}", at(None)));
    }
    format!("{}: {entities}: {}", scores.scorecard, parts.join(", "))
}

/// How often a rule ended how.
#[derive(Default)]
struct Counts {
    pass: usize,
    fail: usize,
    unknown: usize,
}

impl ScoreView<'_> {
    fn level(&self, entity: &EntityScore) -> Option<&str> {
        entity.level.and_then(|level| self.scores.levels.get(level)).map(|name| &**name)
    }

    fn level_of_rule(&self, rule: usize) -> &str {
        self.scores.rules.get(rule).and_then(|(_, level)| self.scores.levels.get(*level)).map_or("", |name| &**name)
    }

    fn counts(&self, rule: usize) -> Counts {
        let mut counts = Counts::default();
        for entity in 0..self.scores.entities.len() {
            match (self.verdict)(rule, entity) {
                Verdict::Pass => counts.pass += 1,
                Verdict::Fail => counts.fail += 1,
                Verdict::Unknown(_) => counts.unknown += 1,
            }
        }
        counts
    }

    fn entities(&self, detail: Detail) -> Table {
        let mut table = match detail {
            Detail::Levels => Table::new(["ENTITY", "LEVEL"]),
            Detail::Rules => Table::new(["ENTITY", "LEVEL", "RULE", "RESULT", "REASON"]),
        };
        for (index, entity) in self.scores.entities.iter().enumerate() {
            let (name, level) = (entity.address.name.to_string(), self.level(entity).unwrap_or("-"));
            match detail {
                Detail::Levels => table.row([name, level.to_owned()]),
                Detail::Rules => {
                    for (rule, (rule_name, _)) in self.scores.rules.iter().enumerate() {
                        let (result, reason) = result((self.verdict)(rule, index));
                        let reason = reason.unwrap_or_default();
                        table.row([name.clone(), level.to_owned(), rule_name.to_string(), result.to_owned(), reason]);
                    }
                }
            }
        }
        table
    }

    fn rules(&self) -> Table {
        let mut table = Table::new(["RULE", "LEVEL", "PASS", "FAIL", "UNKNOWN"]);
        for (rule, (name, _)) in self.scores.rules.iter().enumerate() {
            let Counts { pass, fail, unknown } = self.counts(rule);
            let counts = [pass, fail, unknown].map(|count| count.to_string());
            table.row([name.to_string(), self.level_of_rule(rule).to_owned()].into_iter().chain(counts));
        }
        table
    }
}

/// A verdict's word and its reason.
fn result(verdict: Verdict) -> (&'static str, Option<String>) {
    match verdict {
        Verdict::Pass => ("pass", None),
        Verdict::Fail => ("fail", None),
        Verdict::Unknown(reason) => ("unknown", Some(reason)),
    }
}

/// One JSON object a line for each scorecard: its levels from the lowest, its rules with their counts, its entities
/// with their levels, which are null for below the lowest.
pub fn score_json(views: &[ScoreView<'_>], detail: Detail) -> String {
    let mut out = String::new();
    for view in views {
        out.push_str(&serde_json::to_string(&view.wire(detail)).unwrap_or_default());
        out.push('\n');
    }
    out
}

#[derive(Serialize)]
struct Card<'a> {
    scorecard: &'a str,
    levels: Vec<&'a str>,
    rules: Vec<RuleCounts<'a>>,
    entities: Vec<Standing<'a>>,
}

#[derive(Serialize)]
struct RuleCounts<'a> {
    rule: &'a str,
    level: &'a str,
    pass: usize,
    fail: usize,
    unknown: usize,
}

#[derive(Serialize)]
struct Standing<'a> {
    entity: String,
    level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<RuleResult<'a>>>,
}

#[derive(Serialize)]
struct RuleResult<'a> {
    rule: &'a str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl ScoreView<'_> {
    fn wire(&self, detail: Detail) -> Card<'_> {
        let rules = self.scores.rules.iter().enumerate().map(|(rule, (name, _))| {
            let Counts { pass, fail, unknown } = self.counts(rule);
            RuleCounts { rule: name, level: self.level_of_rule(rule), pass, fail, unknown }
        });
        let entities = self.scores.entities.iter().enumerate().map(|(index, entity)| Standing {
            entity: entity.address.to_string(),
            level: self.level(entity),
            rules: match detail {
                Detail::Levels => None,
                Detail::Rules => Some(self.results(index).collect()),
            },
        });
        Card {
            scorecard: &self.scores.scorecard,
            levels: self.scores.levels.iter().map(|level| &**level).collect(),
            rules: rules.collect(),
            entities: entities.collect(),
        }
    }

    fn results(&self, entity: usize) -> impl Iterator<Item = RuleResult<'_>> {
        self.scores.rules.iter().enumerate().map(move |(rule, (name, _))| {
            let (result, reason) = result((self.verdict)(rule, entity));
            RuleResult { rule: name, result, reason }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, Kind};

    fn scores() -> Scores {
        let entity = |name: &str, level| EntityScore {
            address: Address::below(Kind::Entity, "service".into(), name.into()),
            level,
        };
        Scores {
            scorecard: "ready".into(),
            levels: vec!["Bronze".into(), "Gold".into()],
            rules: vec![("has_readme".into(), 0), ("on_call".into(), 1)],
            entities: vec![entity("checkout", Some(1)), entity("payments", Some(0)), entity("x", None)],
        }
    }

    fn verdict(rule: usize, entity: usize) -> Verdict {
        match (rule, entity) {
            (_, 0) | (0, 1) => Verdict::Pass,
            (0, _) => Verdict::Fail,
            _ => Verdict::Unknown("`onCall` has no value".into()),
        }
    }

    #[test]
    fn a_table_shows_levels_and_how_often_rules_pass() {
        let scores = scores();
        let views = [ScoreView { scores: &scores, verdict: &verdict }];
        let expected = "\
ready: 3 entities: 1 Gold, 1 Bronze, 1 below Bronze

ENTITY    LEVEL
checkout  Gold
payments  Bronze
x         -

RULE        LEVEL   PASS  FAIL  UNKNOWN
has_readme  Bronze  2     1     0
on_call     Gold    1     0     2
";
        assert_eq!(score_table(&views, Detail::Levels, Style::PLAIN), expected);
    }

    #[test]
    fn the_detailed_table_shows_each_rule_with_its_reason() {
        let scores = scores();
        let views = [ScoreView { scores: &scores, verdict: &verdict }];
        let table = score_table(&views, Detail::Rules, Style::PLAIN);
        let expected = "\
ENTITY    LEVEL   RULE        RESULT   REASON
checkout  Gold    has_readme  pass
checkout  Gold    on_call     pass
payments  Bronze  has_readme  pass
payments  Bronze  on_call     unknown  `onCall` has no value
x         -       has_readme  fail
x         -       on_call     unknown  `onCall` has no value
";
        assert!(table.contains(expected), "{table}");
    }

    #[test]
    fn json_has_a_line_for_each_scorecard() {
        let mut scores = scores();
        scores.entities.drain(..1);
        let later = |rule, entity| verdict(rule, entity + 1);
        let view = ScoreView { scores: &scores, verdict: &later };
        let expected = concat!(
            r#"{"scorecard":"ready","levels":["Bronze","Gold"],"rules":["#,
            r#"{"rule":"has_readme","level":"Bronze","pass":1,"fail":1,"unknown":0},"#,
            r#"{"rule":"on_call","level":"Gold","pass":0,"fail":0,"unknown":2}],"entities":["#,
            r#"{"entity":"entity:service:payments","level":"Bronze"},{"entity":"entity:service:x","level":null}]}"#,
            "\n"
        );
        assert_eq!(score_json(&[view], Detail::Levels), expected);
        let line = score_json(&[view, view], Detail::Rules);
        assert_eq!(line.lines().count(), 2);
        assert!(line.contains(
            r#""level":null,"rules":[{"rule":"has_readme","result":"fail"},{"rule":"on_call","result":"unknown","reason":"`onCall` has no value"}]"#
        ));
    }
}
