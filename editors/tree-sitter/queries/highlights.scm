; Colours for texts of plat, by the grammar `tree-sitter-kdl` 2.

(single_line_comment) @comment
(multi_line_comment) @comment
(version) @comment

(node name: (identifier) @tag)
(prop key: (identifier) @property)
(type name: (identifier) @type)

(string) @string
(escape) @string.escape
(number) @number
(boolean) @boolean
"#null" @constant.builtin

; What is filled in: `$path`.
((value value: (string) @variable)
  (#match? @variable "^\"?\\$[^{]"))

"=" @operator
["{" "}" "(" ")"] @punctuation.bracket
";" @punctuation.delimiter

; Made from `grammar/*.kdl`: change those, then run the tests with PLAT_BLESS=1.
((document (node name: (identifier) @keyword))
  (#any-of? @keyword "project" "use" "locked" "module" "extern" "param" "let" "template" "new" "each" "environment" "overlay" "moved" "renamed" "removed" "adopt" "team" "user" "blueprint" "entity" "defaults" "page" "scorecard" "action" "automation" "promise" "promise-release" "kinds" "request" "state-store" "destination" "policy" "test"))
((type name: (identifier) @attribute)
  (#any-of? @attribute "secret" "jq" "cel" "field" "array" "object"))
; Up to here.

; What `/-` takes away, whatever is in it.
((node (node_comment)) @comment
  (#set! priority 105))
((node_field (node_field_comment)) @comment
  (#set! priority 105))
((node_children_comment) @comment
  (#set! priority 105))
