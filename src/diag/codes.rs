/// A stable code of a kind of problem, such as `E0201`, with the page that explains it.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The code as printed: `E` and four digits.
    pub id: &'static str,
    /// What it stands for in a few words: `unknown node`.
    pub title: &'static str,
    /// The Markdown page that `plat explain` prints.
    pub page: &'static str,
    nature: Nature,
}

/// What some codes have in common.
#[derive(Clone, Copy, Debug)]
enum Nature {
    Plain,
    /// The text is told and read as it was meant all the same.
    Meant,
    /// Something is not there which the thing at its place, or the one around it, was to have.
    Lack,
    /// There is nothing of the name at its place.
    UnknownName,
}

impl Code {
    /// Whether it is about a text alone, whatever its words mean.
    pub fn is_of_text(self) -> bool {
        self.id.starts_with("E01")
    }

    /// Whether it is about a text, or about words that the language does not have there.
    pub fn is_of_words(self) -> bool {
        self.is_of_text() || self.id.starts_with("E02")
    }

    /// Whether it says that something is not there which the thing at its place, or the one around it, was to have.
    pub fn is_of_lack(self) -> bool {
        matches!(self.nature, Nature::Lack)
    }

    /// Whether it says that there is nothing of a name, which stands at its place.
    pub fn is_of_unknown_name(self) -> bool {
        matches!(self.nature, Nature::UnknownName)
    }

    /// Whether it is about a text that could not be read as it was meant, so that more may look wrong than is.
    pub fn is_of_unread_text(self) -> bool {
        self.is_of_text() && !self.is_of_meant_text()
    }

    /// Whether it is about a text that is read as it was meant all the same.
    pub fn is_of_meant_text(self) -> bool {
        matches!(self.nature, Nature::Meant)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(other.id)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

macro_rules! declare {
    (@nature) => { super::Nature::Plain };
    (@nature $nature:ident) => { super::Nature::$nature };
    ($($name:ident $id:literal $title:literal $(as $nature:ident)?;)*) => {
        /// Every code, in the order of the table.
        pub const CODES: &[Code] = &[$(names::$name),*];

        #[allow(missing_docs, reason = "each name is its title")]
        pub(super) mod names {
            use super::Code;
            $(pub const $name: Code = Code {
                id: $id,
                title: $title,
                page: include_str!(concat!("../../docs/errors/", $id, ".md")),
                nature: declare!(@nature $($nature)?),
            };)*
        }
    };
}

// E01 text, E02 grammar, E03 names, E04 values and the model, E05 promises and delivery,
// E06 scorecards, E07 tests, the lives of objects, and policies, E08 what comes from neighbours. A code is never used again for
// something else.
declare! {
    NOT_UTF8 "E0100" "not UTF-8";
    BAD_NUMBER "E0101" "not a number";
    BARE_KEYWORD "E0102" "keyword without `#`";
    UNKNOWN_KEYWORD "E0103" "unknown keyword";
    KDL_1 "E0104" "written in KDL 1";
    UNTERMINATED_STRING "E0105" "string without an end";
    UNTERMINATED_COMMENT "E0106" "comment without an end";
    UNCLOSED_BLOCK "E0107" "block without an end";
    STRAY_BRACE "E0108" "closing brace without a block";
    BAD_ESCAPE "E0109" "unknown escape";
    BAD_LINES "E0110" "lines of a string out of place";
    BANNED_CHARACTER "E0111" "invisible character";
    TOO_DEEP "E0112" "nested too deep";
    MISSING_SPACE "E0113" "no space between two values";
    BAD_WORD "E0114" "punctuation in a bare word";
    NO_NAME "E0115" "node without a name";
    NO_VALUE "E0116" "value missing";
    NO_KEY "E0117" "property without a key";
    BAD_ANNOTATION "E0118" "annotation out of place";
    EMPTY_SLASHDASH "E0119" "nothing to leave out";
    AFTER_BLOCK "E0120" "something behind a block";
    FOREIGN_QUOTES "E0121" "quotes of another language" as Meant;
    COMMA "E0122" "comma between values" as Meant;
    COLON "E0123" "colon behind a name" as Meant;
    FOREIGN_LIST "E0124" "list of another language";
    CONFLICT "E0125" "conflict of Git" as Meant;
    FOREIGN_COMMENT "E0126" "comment of another language" as Meant;
    UNKNOWN_NODE "E0201" "unknown node";
    MISPLACED_NODE "E0202" "node out of place";
    MISSING_ARGUMENT "E0203" "argument missing";
    SURPLUS_ARGUMENT "E0204" "argument too much";
    WRONG_TYPE "E0205" "value of another type";
    UNKNOWN_WORD "E0206" "unknown word";
    UNKNOWN_PROPERTY "E0207" "unknown property";
    REPEATED_PROPERTY "E0208" "property repeated";
    MISSING_PROPERTY "E0209" "property missing";
    REPEATED_CHILD "E0210" "child repeated";
    MISSING_CHILD "E0211" "child missing";
    EXCLUSIVE_PARTS "E0212" "parts that exclude each other";
    SURPLUS_BLOCK "E0213" "block where none is allowed";
    NO_CONDITION "E0214" "not a condition";
    SYMBOL "E0215" "symbol in place of a word";
    UNKNOWN_OPERATOR "E0216" "unknown operator";
    WRONG_OPERANDS "E0217" "wrong number of operands";
    BARE_BOOLEAN "E0218" "word in place of a truth value";
    CUT_OFF_URL "E0219" "URL cut off by a comment";
    MALFORMED_NAME "E0220" "malformed name";
    UNKNOWN_ANNOTATION "E0227" "unknown annotation";
    STEP_IN_BODY "E0228" "step inside of a manifest";
    NOTHING_PUT_IN "E0229" "text that nothing is put into";
    DUPLICATE_NAME "E0301" "declared twice";
    UNKNOWN_REFERENCE "E0302" "reference to nothing" as UnknownName;
    SECOND_OF_ONE "E0303" "more than one where one is allowed";
    NUMBER_TOO_BIG "E0350" "number too big";
    MIXED_VALUE "E0351" "a list and an object in one";
    MEMBER_WITHOUT_VALUE "E0352" "no value" as Lack;
    SET_TWICE "E0353" "set twice";
    LIMIT_MISFIT "E0354" "a keyword that does not go with the type";
    ITEMS_MISFIT "E0355" "items of what is no typed list";
    ENUM_WITHOUT_VALUES "E0356" "an enum without values" as Lack;
    UNKNOWN_METADATA "E0357" "unknown metadata";
    UNKNOWN_MODULE "E0360" "unknown module";
    NO_PROJECT "E0361" "no project";
    BAD_VERSION "E0362" "not a version requirement";
    UNSUPPORTED_VERSION "E0363" "another version of plat is asked for";
    FILE_TOO_BIG "E0364" "file too big";
    FOREIGN_FILE "E0365" "file of another language";
    MODULE_NOT_LOCKED "E0366" "a module whose state is not locked";
    NO_ITEMS "E0370" "nothing to make for each";
    CIRCULAR_VALUE "E0371" "a value made of itself";
    CIRCULAR_TEMPLATE "E0372" "a template that makes itself";
    TWO_MEANINGS "E0373" "a name with two meanings";
    UNKNOWN_VALUE "E0374" "no such value";
    UNSET_VALUE "E0375" "a value that is unset";
    NOT_GIVEN_TO_PROJECT "E0376" "a parameter that is not given";
    ENVIRONMENTS_MEET "E0377" "two environments that are one";
    MALFORMED_OVERLAY "E0378" "an overlay that changes nothing";
    OVERLAID_TWICE "E0379" "two overlays that set the same";
    VALUE_OF_WRONG_TYPE "E0401" "value of the wrong type";
    NOT_IN_ENUM "E0402" "not one of the values";
    OUT_OF_RANGE "E0403" "number out of range";
    WRONG_LENGTH "E0404" "too short or too long";
    PATTERN_MISMATCH "E0405" "text that does not match its pattern";
    WRONG_FORMAT "E0406" "text of the wrong format";
    MISSING_VALUE "E0407" "missing value" as Lack;
    UNKNOWN_MEMBER "E0408" "unknown property";
    ITEM_TWICE "E0409" "item twice in a list";
    UNKNOWN_TARGET "E0410" "relation to an unknown entity" as UnknownName;
    ONE_TARGET "E0411" "several targets for a relation to one";
    VALUE_NAMES_NOTHING "E0412" "value that names nothing";
    REFUSED_BY_SCHEMA "E0413" "value that other schemas refuse";
    MANY_AND_REQUIRED "E0420" "a relation many and required";
    VALUE_TWICE "E0421" "value twice in an enum";
    MIXED_ENUM "E0422" "an enum of text and numbers";
    BAD_PATTERN "E0423" "not a regular expression";
    EMPTY_RANGE "E0424" "limits that no value meets";
    COSTLY_PATTERN "E0425" "a costly regular expression";
    TOO_MANY_NAMES "E0426" "too many names in one place";
    NO_SCHEMA "E0427" "not a JSON Schema";
    UNKNOWN_FIELD "E0450" "condition on an unknown field";
    NO_RELATION "E0451" "path that does not go on";
    OPERATOR_MISFIT "E0452" "operator that does not go with the field";
    WRONG_OPERAND "E0453" "operand that does not go with the field";
    BAD_DURATION "E0454" "not a length of time";
    UNKNOWN_INPUT "E0470" "payload refers to an unknown input" as Lack;
    EVENT_OF_NOTHING "E0471" "automation that waits for nothing" as Lack;
    WORKED_OUT_OF_NOTHING "E0472" "worked out of nothing" as Lack;
    INCOMPLETE_WIDGET "E0480" "incomplete widget" as Lack;
    UNKNOWN_WIDGET "E0481" "unknown type of widget";
    PAGES_IN_CIRCLE "E0482" "pages in a circle";
    WIDGET_TWICE "E0483" "two widgets of one id";
    PAGE_ELSEWHERE "E0484" "page behind one of another folder";
    PAGE_OF_NOTHING "E0485" "page without its blueprint" as Lack;
    UNTERMINATED_INTERPOLATION "E0501" "unterminated interpolation";
    MALFORMED_PATH "E0502" "malformed path";
    UNKNOWN_FUNCTION "E0503" "unknown function";
    FUNCTION_ARGUMENT "E0504" "wrong argument of a function";
    NO_FILES "E0506" "no files found";
    FILES_OUTSIDE "E0507" "files outside of the project";
    UNKNOWN_PATH "E0510" "unknown path" as Lack;
    NOT_A_SCALAR "E0511" "not a single value";
    ABSENT_VALUE "E0512" "a value that may be absent" as Lack;
    NOT_A_LIST "E0513" "not a list";
    NO_RESULT "E0514" "a function that gives nothing";
    OPEN_CHOICE "E0520" "a table without a closed choice" as Lack;
    MISSING_ROW "E0521" "missing row" as Lack;
    UNKNOWN_CHOICE "E0522" "a row or case that is never chosen" as Lack;
    DUPLICATE_CHOICE "E0523" "a value chosen twice";
    UNEVEN_ROW "E0524" "a row with other columns" as Lack;
    NOT_EXHAUSTIVE "E0525" "match is not exhaustive" as Lack;
    SAME_FILE "E0530" "two steps deliver one file";
    BAD_FILE_PATH "E0531" "not a path below its folder";
    RESERVED_MEMBER "E0532" "said twice in a manifest";
    SAME_OBJECT "E0533" "one object twice";
    SAME_API "E0534" "one API from two promises";
    METADATA_MISFIT "E0535" "metadata that is no object";
    REFUSED_NAME "E0536" "name that Kubernetes refuses";
    NO_NAMESPACE "E0537" "namespace of what is in none";
    NO_CHOICE "E0540" "nothing to choose for a value";
    TOO_LARGE "E0541" "too large";
    FILES_TOO_BIG "E0542" "too many or too big files";
    PROJECT_TOO_LARGE "E0543" "a project too large";
    TOO_MUCH_TO_JUDGE "E0544" "too much to judge";
    TOO_MUCH_TO_MATCH "E0545" "too much to match";
    PINNED_ELSEWHERE "E0546" "pinned to a destination that does not take it";
    LABELS_FOR_KRATIX_ALONE "E0547" "labels for Kratix alone";
    OTHER_API "E0548" "a resource of another API";
    NO_DESTINATION "E0550" "no destination";
    SAME_PLACE "E0551" "two files at one place";
    SAME_STORE "E0552" "two state stores at one place";
    BAD_BRANCH "E0553" "not a branch's name";
    STORE_IN_STORE "E0557" "a state store inside of another one";
    STORE_IN_OWN_FOLDER "E0558" "a state store where plat keeps its own";
    DESTINATION_IN_DESTINATION "E0559" "a destination inside of another one";
    MORE_PROBLEMS "E0560" "more problems than are told";
    UNREADABLE_FILE "E0561" "file that cannot be read";
    UNFINISHED_RUN "E0562" "files of a run that did not end";
    MALFORMED_DATA "E0563" "data that cannot be read";
    NAMELESS_ROW "E0564" "row without a name";
    UNKNOWN_COLUMN "E0565" "column that is not there";
    UNUSED_COLUMN "E0566" "column that goes nowhere";
    BROKEN_EXPRESSION "E0567" "expression that comes to nothing";
    NO_KINDS "E0568" "files that describe no kinds";
    NO_SUCH_FIELD "E0569" "no such field in a manifest";
    UNFIT_VALUE "E0570" "a value that a manifest does not take";
    FIELD_MISSING "E0571" "a field that a manifest needs";
    NO_SUCH_KIND "E0572" "no such kind in Kubernetes";
    OTHER_VERSION "E0573" "a promise of another version";
    REQUIRES_ITSELF "E0574" "a promise that needs itself";
    MOVED_TO_NO_DESTINATION "E0595" "moved to or from no destination";
    GIVEN_TWICE "E0702" "given twice";
    NOT_GIVEN "E0703" "not given" as UnknownName;
    UNKNOWN_CODE "E0704" "unknown code";
    UNKNOWN_KIND "E0710" "unknown kind of object";
    MALFORMED_ADDRESS "E0711" "malformed address";
    UNKNOWN_IGNORED "E0712" "no such field to ignore";
    MOVED_ELSEWHERE "E0713" "moved to where it cannot be";
    NOT_DECLARED "E0714" "not declared" as UnknownName;
    STILL_DECLARED "E0715" "still declared";
    CONTRADICTION "E0716" "said twice of one object";
    MOVED_IN_CIRCLE "E0717" "moved in a circle";
    ADOPTED_FROM_ITSELF "E0718" "adopted from itself";
    MISPLACED_SECRET "E0730" "secret out of place";
    MALFORMED_SECRET "E0731" "malformed secret";
    SECRET_IN_TEXT "E0732" "secret inside of a text";
    SECRET_IN_CLEAR "E0733" "secret for a destination that is not encrypted";
    PASSWORD_IN_ADDRESS "E0734" "password in an address";
    CONTROL_IN_ADDRESS "E0735" "control character in an address";
    UNCLEAR_ADDRESS "E0736" "address that leads nowhere";
    NOTHING_PULLED "E0740" "nothing pulled of other projects yet";
    EXTERN_CHANGED "E0741" "changed copy of what others own";
    EXTERN_OF_NOTHING "E0742" "nothing of that in other projects";
    EXTERN_PLACE "E0743" "a place that only its owner can reach";
    EXTERN_FILES "E0744" "a promise that takes files of its owner";
    POLICY_BROKEN "E0750" "policy broken";
    POLICY_OF_OTHER "E0751" "a policy of what it does not judge";
    NEVER_PLANNED "E0752" "an action that never happens";
    ONLY_PLANNED "E0753" "known of planned changes only";
    UNREADABLE_DOCUMENT "E0801" "unreadable document";
    NOT_RECOGNISED "E0802" "nothing to take in";
    KEPT_FOR_NEIGHBOUR "E0803" "kept for the neighbour alone";
    LEFT_OUT "E0804" "left out";
    READ_AS_MEANT "E0805" "read as it is meant";
    LOOKS_LIKE_A_SECRET "E0806" "looks like a secret";
    REFUSED_BY_NEIGHBOUR "E0807" "refused by the neighbour";
    REFUSED_IMPORT "E0808" "refused import";
}
