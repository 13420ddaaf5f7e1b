#include "form_body.hpp"

#include <whatsflow/sdk/http.hpp>

namespace whatsflow::stripe {

FormBody& FormBody::add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_.append(name).append("=").append(sdk::encode_url(value));
    return *this;
}

FormBody& FormBody::add(std::string_view name, std::int64_t value) {
    return add(name, std::to_string(value));
}

FormBody& FormBody::add_known(std::string_view name, std::string_view value) {
    return value.empty() ? *this : add(name, value);
}

}  // namespace whatsflow::stripe
