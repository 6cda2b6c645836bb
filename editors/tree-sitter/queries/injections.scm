; Texts in other languages within texts of plat, by the grammar `tree-sitter-kdl` 2.

([
  (single_line_comment)
  (multi_line_comment)
] @injection.content
  (#set! injection.language "comment"))

((value
  type: (type name: (identifier) @injection.language)
  value: (string [
    (string_fragment) @injection.content
    (multi_line_string (string_fragment) @injection.content)
  ]))
  (#any-of? @injection.language "jq" "cel"))
