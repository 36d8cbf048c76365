#include "track_condition.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cctype>

namespace varhush::scoring {

namespace {

using Node = TrackFilter::Node;
using NodePtr = std::unique_ptr<const Node>;

constexpr int kDeepestNesting = 100;

NodePtr join(Node::Kind kind, NodePtr left, NodePtr right) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
}

/// Recursive descent: or := and {"||" and}; and := not {"&&" not}; not := "!" not | "(" or ")" |
/// test; test := field ("=" | "!=" | "~" | "!~") value | word.
class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    NodePtr parse() {
        skip_blanks();
        if (at_ == text_.size()) {
            return std::make_unique<Node>();
        }
        NodePtr node = parse_or();
        if (at_ != text_.size()) {
            fail(text_[at_] == ')' ? "a ')' without '('" : "'&&' or '||' is missing here");
        }
        return node;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }

    [[noreturn]] void fail_at(std::size_t place, const std::string& what) const {
        throw Error(ErrorKind::kUsage,
                    "track expression '" + std::string(text_) + "', column " +
                        std::to_string(place + 1) + ": " + what,
                    "e.g. output=RNA_SEQ && tissue~liver && !strand=-; see docs/tracks.md");
    }

    void skip_blanks() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
            ++at_;
        }
    }

    bool take(std::string_view symbol) {
        if (text_.substr(at_, symbol.size()) != symbol) {
            return false;
        }
        at_ += symbol.size();
        skip_blanks();
        return true;
    }

    NodePtr parse_or() {
        NodePtr node = parse_and();
        while (take("||")) {
            node = join(Node::Kind::kOr, std::move(node), parse_and());
        }
        return node;
    }

    NodePtr parse_and() {
        NodePtr node = parse_not();
        while (take("&&")) {
            node = join(Node::Kind::kAnd, std::move(node), parse_not());
        }
        return node;
    }

    NodePtr parse_not() {
        if (++depth_ > kDeepestNesting) {
            fail("more than " + std::to_string(kDeepestNesting) + " parentheses or '!' in a row");
        }
        NodePtr node;
        if (take("!")) {
            node = join(Node::Kind::kNot, parse_not(), nullptr);
        } else if (const std::size_t open = at_; take("(")) {
            node = parse_or();
            if (!take(")")) {
                fail_at(open, "this '(' is not closed");
            }
        } else {
            node = parse_test();
        }
        --depth_;
        return node;
    }

    NodePtr parse_test() {
        const std::size_t start = at_;
        const bool quoted = at_ < text_.size() && text_[at_] == '"';
        const std::string word = parse_word("a field or a word");
        const std::size_t sign = at_;
        const bool negated = text_.substr(at_, 2) == "!=" || text_.substr(at_, 2) == "!~";
        at_ += negated ? 1 : 0;
        const bool regex = take("~");
        if (!regex && !take("=")) {
            auto node = std::make_unique<Node>();
            node->kind = Node::Kind::kWord;
            node->value = lower_case(word);
            return node;
        }
        const TrackTexts texts = quoted ? nullptr : find_track_field(word);
        if (texts == nullptr) {
            fail_at(start, "there is no field '" + word + "'; fields are " + track_field_names());
        }
        NodePtr node = make_test(texts, regex, sign);
        return negated ? join(Node::Kind::kNot, std::move(node), nullptr) : std::move(node);
    }

    NodePtr make_test(TrackTexts texts, bool regex, std::size_t sign) {
        const std::size_t place = at_;
        const std::string value = parse_word("a value");
        auto node = std::make_unique<Node>();
        node->kind = regex ? Node::Kind::kRegex : Node::Kind::kEqual;
        node->texts = texts;
        node->value = lower_case(value);
        if (!regex) {
            return node;
        }
        if (value.empty()) {
            fail_at(sign, "an empty expression matches everything");
        }
        try {
            node->pattern.assign(value, std::regex::extended | std::regex::icase);
        } catch (const std::regex_error&) {
            fail_at(place, "'" + value + "' is no regular expression");
        }
        return node;
    }

    std::string parse_word(const std::string& expected) {
        if (at_ < text_.size() && text_[at_] == '"') {
            return parse_quoted();
        }
        const std::size_t start = at_;
        while (at_ < text_.size() && !ends_word(at_)) {
            ++at_;
        }
        if (at_ == start) {
            fail(expected + " is missing here");
        }
        std::string word(text_.substr(start, at_ - start));
        skip_blanks();
        return word;
    }

    /// '&' and '|' end a word only in pairs, '!' only before '=' and '~', so that "R&D" is a word.
    [[nodiscard]] bool ends_word(std::size_t place) const {
        const char c = text_[place];
        const std::string_view pair = text_.substr(place, 2);
        return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '(' || c == ')' ||
               c == '"' || c == '=' || c == '~' || pair == "&&" || pair == "||" || pair == "!=" ||
               pair == "!~";
    }

    std::string parse_quoted() {
        const std::size_t open = at_++;
        std::string word;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\' && at_ + 1 < text_.size() &&
                (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) {
                ++at_;
            }
            word += text_[at_++];
        }
        if (at_ == text_.size()) {
            fail_at(open, "this quote is not closed");
        }
        ++at_;
        skip_blanks();
        return word;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

bool TrackFilter::Node::matches(const models::Track& track) const {
    const auto any = [&](const std::vector<std::string>& all, const auto& test) {
        return std::any_of(all.begin(), all.end(), test);
    };
    switch (kind) {
        case Kind::kAnd:
            return left->matches(track) && right->matches(track);
        case Kind::kOr:
            return left->matches(track) || right->matches(track);
        case Kind::kNot:
            return !left->matches(track);
        case Kind::kEqual:
            return any(texts(track),
                       [&](const std::string& text) { return lower_case(text) == value; });
        case Kind::kRegex:
            return any(texts(track),
                       [&](const std::string& text) { return std::regex_search(text, pattern); });
        case Kind::kWord:
            return any(all_texts(track), [&](const std::string& text) {
                return lower_case(text).find(value) != std::string::npos;
            });
        default:
            return true;
    }
}

std::unique_ptr<const TrackFilter::Node> parse_condition(std::string_view text) {
    return Parser(text).parse();
}

TrackFilter::TrackFilter() : TrackFilter(std::string_view()) {}
TrackFilter::TrackFilter(std::string_view text) : root_(parse_condition(text)) {}
TrackFilter::~TrackFilter() = default;
TrackFilter::TrackFilter(TrackFilter&&) noexcept = default;
TrackFilter& TrackFilter::operator=(TrackFilter&&) noexcept = default;

bool TrackFilter::matches(const models::Track& track) const {
    return root_->matches(track);
}

}  // namespace varhush::scoring
