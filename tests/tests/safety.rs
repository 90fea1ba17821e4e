//! The safety table holds: effect x fault -> number of sends, outcome, error.

use contract_tests::safety::{self, Column, Line, Target};

#[test]
fn the_table_holds_and_so_does_the_law() {
    let lines = safety::table().unwrap();
    let complaints: Vec<_> = lines.iter().flat_map(Line::complaints).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));

    // Nothing was left out in silence.
    assert!(lines.len() >= 60, "{}", lines.len());
    for line in &lines {
        assert!(line.targets().count() > 0, "{}", line.row.fault.says);
        assert_eq!(line.runs.len(), line.targets().count() * Column::ALL.len());
    }
    for target in Target::ALL {
        let shown = lines
            .iter()
            .filter(|line| line.targets().any(|shown| shown == target));
        assert!(shown.count() >= 45, "{target:?}");
    }
}
