; What of a text of plat can be folded, by the grammar `tree-sitter-kdl` 2.

[
  (node_children)
  (multi_line_string)
  (multi_line_comment)
] @fold
