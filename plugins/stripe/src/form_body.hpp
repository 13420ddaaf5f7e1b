/// \file
/// What Stripe takes instead of JSON: `line_items[0][quantity]=2&mode=payment`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::stripe {

class FormBody {
public:
    FormBody& add(std::string_view name, std::string_view value);
    FormBody& add(std::string_view name, std::int64_t value);
    /// Nothing when the value is empty: to Stripe an empty value means "remove what is there".
    FormBody& add_known(std::string_view name, std::string_view value);

    const std::string& text() const { return text_; }

private:
    std::string text_;
};

}  // namespace whatsflow::stripe
