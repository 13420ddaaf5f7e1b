/// \file
/// The JSON object of a request, read field by field; what is wrong with any of them is said of all.
///
///     Body body(request);
///     if (auto refusal = body.refusal()) return *std::move(refusal);   // no object at all
///     wanted.plan = body.text("plan", true);
///     if (auto refusal = body.refusal({"plan"})) return *std::move(refusal);
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace whatsflow::billing {

class Body {
public:
    /// `optional`: no body at all is an empty object.
    explicit Body(const sdk::Request& request, bool optional = false);

    bool has(const char* name) const { return object_.contains(name); }
    /// A short text, or empty.
    std::string text(const char* name, bool required, std::size_t most = 80);
    std::optional<bool> truth(const char* name);
    std::optional<std::int64_t> number(const char* name, std::int64_t least, std::int64_t most);
    void wrong(std::string name, std::string code, std::string sentence);

    /// 400 when there is no object; 422 with every field that is wrong, or not one of `known`.
    std::optional<sdk::Response> refusal() const;
    std::optional<sdk::Response> refusal(const std::set<std::string>& known);
    std::string dump() const { return object_.dump(); }

private:
    nlohmann::json object_;
    bool is_object_ = false;
    std::vector<sdk::FieldError> wrong_;
};

}  // namespace whatsflow::billing
