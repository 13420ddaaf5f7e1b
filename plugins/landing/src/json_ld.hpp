/// \file
/// Structured data for search engines: who we are, what it costs, what people ask.
#pragma once

#include "plans.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::landing {

struct Operator {
    std::string name;
    std::string address;
    std::string email;
    std::string jurisdiction;
    std::vector<std::pair<std::string, std::string>> social;  ///< label and address
};

struct Question {
    std::string question;
    std::string answer;
};

/// The script element around `value`, which cannot end it whatever it contains.
std::string script_element(const nlohmann::json& value);

nlohmann::json organization(const Operator& company, std::string_view site_url);
nlohmann::json product(const Pricing& pricing, std::string_view description, std::string_view site_url);
nlohmann::json faq_page(const std::vector<Question>& questions);

}  // namespace whatsflow::landing
