//! Values without the secrets in them, for neighbours that have none where those stand.

use super::passage::Passage;
use crate::model::Value;

impl Passage<'_> {
    /// A value without the secrets in it: the member that one is, or the list that it is in.
    pub(super) fn without_secrets(&mut self, mut value: Value) -> Value {
        let reason = format!("{} has no secrets in it", self.finder.neighbour.name());
        let mut ways = Vec::new();
        within(&mut value, &mut Vec::new(), &mut ways);
        for way in ways {
            self.below(way, |passage| passage.lost(&reason));
        }
        value
    }
}

/// Takes secrets out of a value; the way to each.
fn within(value: &mut Value, way: &mut Vec<String>, ways: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(map) => map.members.retain_mut(|member| {
            way.push(member.name.value.to_string());
            let stays = !is_secret(&member.value);
            if stays {
                within(&mut member.value.value, way, ways);
            } else {
                ways.push(way.clone());
            }
            way.pop();
            stays
        }),
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                way.push(index.to_string());
                within(&mut item.value, way, ways);
                way.pop();
            }
        }
        _ => {}
    }
}

/// Whether a value is a secret, or a list with one in it.
fn is_secret(value: &Value) -> bool {
    match value {
        Value::Secret(_) => true,
        Value::Array(items) => items.iter().any(|item| is_secret(item)),
        _ => false,
    }
}
