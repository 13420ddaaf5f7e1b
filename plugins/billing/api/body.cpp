#include "body.hpp"

#include "answers.hpp"

namespace whatsflow::billing {

Body::Body(const sdk::Request& request, bool optional) : object_(nlohmann::json::object()) {
    is_object_ = optional && request.body.empty();
    if (is_object_) return;
    auto body = request.json();
    is_object_ = body && body->is_object();
    if (is_object_) object_ = *std::move(body);
}

void Body::wrong(std::string name, std::string code, std::string sentence) {
    wrong_.push_back({std::move(name), std::move(code), std::move(sentence)});
}

std::string Body::text(const char* name, bool required, std::size_t most) {
    const auto found = object_.find(name);
    if (found != object_.end() && found->is_string() && found->get_ref<const std::string&>().size() <= most)
        return *found;
    if (found != object_.end() || required)
        wrong(name, found == object_.end() ? "required" : "bad_value",
              std::string("Give ") + name + " as a short text.");
    return {};
}

std::optional<bool> Body::truth(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) return std::nullopt;
    if (found->is_boolean()) return found->get<bool>();
    wrong(name, "bad_value", "Give true or false.");
    return std::nullopt;
}

std::optional<std::int64_t> Body::number(const char* name, std::int64_t least, std::int64_t most) {
    const auto found = object_.find(name);
    if (found == object_.end()) return std::nullopt;
    if (found->is_number_integer() && *found >= least && *found <= most) return found->get<std::int64_t>();
    wrong(name, "bad_value", "Give a number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
    return std::nullopt;
}

std::optional<sdk::Response> Body::refusal() const {
    if (is_object_) return std::nullopt;
    return sdk::problem(400, "http.bad_json", "The body is not a JSON object.");
}

std::optional<sdk::Response> Body::refusal(const std::set<std::string>& known) {
    for (const auto& [name, value] : object_.items())
        if (!known.contains(name)) wrong(name, "unknown", "There is no such field.");
    if (wrong_.empty()) return std::nullopt;
    return fields_refused(wrong_);
}

}  // namespace whatsflow::billing
