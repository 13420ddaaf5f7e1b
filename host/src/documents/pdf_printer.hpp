/// \file
/// The service that plugins print with.
#pragma once

#include <whatsflow/sdk/documents.hpp>

namespace whatsflow::documents {

/// [thread-safe] Has no state.
class PdfPrinter final : public sdk::Documents {
public:
    sdk::Result<std::string> pdf(const sdk::CallContext& context, const sdk::Document& document) override;
};

}  // namespace whatsflow::documents
