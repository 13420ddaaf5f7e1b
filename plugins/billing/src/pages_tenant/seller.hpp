/// \file
/// Who sells: what the law wants to see of it on an invoice and a credit note.
#pragma once

#include <string>

namespace whatsflow::billing {

/// Empty fields are not printed.
struct Seller {
    std::string name = "WhatsFlow";
    std::string address;       ///< several lines
    std::string registration;  ///< such as `Company registration PV 12345`
    std::string tax_id;

    /// Everything below each other.
    std::string lines(const std::string& tax_id_label) const {
        auto text = name;
        for (const auto& part : {address, registration}) text += part.empty() ? "" : "\n" + part;
        return tax_id.empty() ? text : text + "\n" + tax_id_label + " " + tax_id;
    }
};

}  // namespace whatsflow::billing
