// The only file that knows RE2.
#include "pattern.hpp"

#include <re2/re2.h>

namespace whatsflow::flags {
namespace {

/// Enough for any honest expression; ten thousand hostile ones still fit into memory.
constexpr std::int64_t kMostMemory = 256 << 10;
constexpr std::size_t kLongestExpression = 4'000;

class Re2Pattern final : public Pattern {
public:
    Re2Pattern(re2::StringPiece expression, const RE2::Options& options) : expression_(expression, options) {}
    bool is_found_in(std::string_view text) const override {
        return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression_);
    }
    const RE2& expression() const { return expression_; }

private:
    RE2 expression_;
};

}  // namespace

std::shared_ptr<const Pattern> Pattern::compile(std::string_view expression, Letters letters, std::string& reason) {
    if (expression.size() > kLongestExpression) {
        reason = "it is longer than 4,000 characters";
        return nullptr;
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMostMemory);
    options.set_case_sensitive(letters == Letters::exact);
    auto pattern = std::make_shared<const Re2Pattern>(re2::StringPiece(expression.data(), expression.size()), options);
    if (pattern->expression().ok()) return pattern;
    reason = pattern->expression().error();
    return nullptr;
}

std::string exactly(std::string_view text) {
    return RE2::QuoteMeta(re2::StringPiece(text.data(), text.size()));
}

}  // namespace whatsflow::flags
