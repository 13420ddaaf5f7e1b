#include "list_file.hpp"

#include "csv.hpp"

#include <whatsflow/sdk/time.hpp>

#include <memory>

namespace whatsflow::admin {
namespace {

std::string text_of_cell(const nlohmann::json& cell) {
    const auto& at = cell.at("cell_at");
    return at.is_number_integer() ? sdk::to_rfc3339(sdk::from_micros(at.get<std::int64_t>()))
                                  : cell.at("text").get<std::string>();
}

CsvRow line_of(const ListSpec& spec, const ListRow& row) {
    CsvRow line{row.id};
    for (const auto& column : spec.columns) {
        const auto cell = row.cells.find(column.key);
        // An empty moment is a dash on the page and nothing in a file.
        const bool blank = cell == row.cells.end() || cell->second.at("is_muted").get<bool>();
        line.push_back(blank ? std::string() : text_of_cell(cell->second));
    }
    return line;
}

}  // namespace

sdk::Response list_as_file(const ListSpec& spec,
                           std::function<sdk::Result<ListRows>(const std::string& after)> rows_after) {
    CsvRow head{"id"};
    for (const auto& column : spec.columns) head.push_back(column.key);
    struct Progress {
        std::string after;
        bool ended = false;
    };
    return csv_download(spec.path.substr(spec.path.rfind('/') + 1) + ".csv", head,
                        [spec, rows_after = std::move(rows_after),
                         progress = std::make_shared<Progress>()]() -> sdk::Result<std::vector<CsvRow>> {
                            std::vector<CsvRow> lines;
                            if (progress->ended) return lines;
                            const auto page = rows_after(progress->after);
                            if (!page) return page.error();
                            for (const auto& row : page->rows) lines.push_back(line_of(spec, row));
                            progress->after = page->next;
                            progress->ended = page->next.empty();
                            return lines;
                        });
}

sdk::CallContext unhurried(sdk::CallContext context) {
    context.deadline = sdk::CallContext::Deadline::max();
    return context;
}

}  // namespace whatsflow::admin
