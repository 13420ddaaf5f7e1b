#include "csv.hpp"

#include <memory>

namespace whatsflow::admin {

std::string csv_line(const CsvRow& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        std::string cell = cells[i];
        if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos)
            cell.insert(0, "'");
        if (cell.find_first_of(",\"\r\n") == std::string::npos) {
            line += cell;
            continue;
        }
        line += '"';
        for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    return line + "\r\n";
}

sdk::Response csv_download(const std::string& filename, const CsvRow& header,
                           std::function<sdk::Result<std::vector<CsvRow>>()> next) {
    auto first = std::make_shared<std::string>("\xEF\xBB\xBF" + csv_line(header));  // spreadsheets then read UTF-8
    return sdk::stream("text/csv; charset=utf-8", filename,
                       [first, next = std::move(next)]() -> sdk::Result<std::string> {
                           if (!first->empty()) return std::exchange(*first, {});
                           const auto rows = next();
                           if (!rows) return rows.error();
                           std::string piece;
                           for (const auto& row : *rows) piece += csv_line(row);
                           return piece;
                       });
}

}  // namespace whatsflow::admin
