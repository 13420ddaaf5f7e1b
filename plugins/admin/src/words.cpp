#include "words.hpp"

#include <whatsflow/sdk/pages.hpp>

namespace whatsflow::admin {

std::string Words::operator()(std::string_view key) const {
    return host_.translate(locale_, "admin." + std::string(key));
}

std::string Words::operator()(std::string_view key,
                              const std::vector<std::pair<std::string, std::string>>& values) const {
    return sdk::fill_in((*this)(key), values);
}

std::string Words::maybe(std::string_view key, std::string_view otherwise) const {
    const auto whole = "admin." + std::string(key);
    auto text = host_.translate(locale_, whole);
    return text == whole ? std::string(otherwise) : text;
}

}  // namespace whatsflow::admin
