#include "documents/chart_drawing.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace whatsflow::documents {
namespace {

constexpr double kPlot = 130;       ///< how high the lines may rise
constexpr double kLineOfText = 12;  ///< of the small texts here
constexpr double kScale = 46;       ///< at the left, for numbers
constexpr double kApart = 6;
constexpr double kSample = 22;  ///< of a line, in the legend
constexpr double kNextTo = 14;
constexpr TextStyle kSmall{7.5, false, false, 0.4};
constexpr double kInk = 0.1, kGrid = 0.88;

/// Told apart without colour: whole, dashed, dotted, long and short.
const std::vector<double> kDashes[] = {{}, {5, 3}, {1.5, 2}, {8, 3, 2, 3}};
const std::vector<double> kDashesOfMarks{2, 2};

const std::vector<double>& dashes_of(std::size_t line) {
    return kDashes[line % std::size(kDashes)];
}

double largest_in(const sdk::DocumentChart& chart) {
    double largest = 0;
    for (const auto& line : chart.lines)
        for (const double value : line.values) largest = std::max(largest, value);
    return largest;
}

/// 1, 2 or 5 with noughts, at most four of it: what is counted has no halves.
double step_for(double largest) {
    for (double ten = 1;; ten *= 10)
        for (const double step : {ten, 2 * ten, 5 * ten})
            if (!(largest > 4 * step)) return step;
}

std::string whole(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", number);
    return text;
}

}  // namespace

double ChartDrawing::x_of(std::size_t place) const {
    const auto last = static_cast<double>(std::max<std::size_t>(2, chart_.places.size()) - 1);
    return x_ + kScale + (width_ - kScale) * static_cast<double>(place) / last;
}

std::vector<ChartDrawing::Told> ChartDrawing::legend() const {
    std::vector<Told> all;
    double x = x_, y = 0;
    for (std::size_t line = 0; line < chart_.lines.size(); ++line) {
        const double wide = kSample + canvas_.width_of(chart_.lines[line].label, kSmall) + kNextTo;
        if (x > x_ && x + wide > x_ + width_) {
            x = x_;
            y += kLineOfText;
        }
        all.push_back({line, x, y});
        x += wide;
    }
    return all;
}

double ChartDrawing::title_height() const {
    return canvas_.height_of(chart_.title, title_, width_) + kApart;
}

double ChartDrawing::legend_height() const {
    const auto told = legend();
    return (told.empty() ? 0 : told.back().y + kLineOfText) + kApart;
}

double ChartDrawing::height() const {
    return title_height() + legend_height() + kPlot + kApart / 2 + kLineOfText;
}

void ChartDrawing::draw(double y) {
    canvas_.text(x_, y, width_, chart_.title, title_);
    draw_legend(y + title_height());
    const double top = y + title_height() + legend_height();
    const double largest = largest_in(chart_), step = step_for(largest);
    const double most = std::max(1.0, std::ceil(largest / step)) * step;
    draw_scale(top, step, most);
    for (const auto place : chart_.marked)
        canvas_.path({{x_of(place), top}, {x_of(place), top + kPlot}}, kDashesOfMarks, 0.6, 0.5);
    for (std::size_t line = 0; line < chart_.lines.size(); ++line) {
        std::vector<Point> points;
        for (std::size_t place = 0; place < chart_.places.size(); ++place) {
            const double share = std::clamp(chart_.lines[line].values[place] / most, 0.0, 1.0);
            points.push_back({x_of(place), top + kPlot * (1 - share)});
        }
        // One value alone is told as a level.
        if (points.size() == 1) points.push_back({x_of(1), points.front().y});
        canvas_.path(points, dashes_of(line), 1.2, kInk);
    }
    draw_places(top + kPlot + kApart / 2);
}

void ChartDrawing::draw_legend(double y) {
    for (const auto& told : legend()) {
        const double middle = y + told.y + kLineOfText / 2;
        canvas_.path({{told.x, middle}, {told.x + kSample - 4, middle}}, dashes_of(told.line), 1.2, kInk);
        canvas_.text(told.x + kSample, y + told.y, width_, chart_.lines[told.line].label, kSmall);
    }
}

void ChartDrawing::draw_scale(double y, double step, double most) {
    TextStyle number = kSmall;
    number.right = true;
    for (double value = 0; value <= most; value += step) {
        const double at = y + kPlot * (1 - value / most);
        canvas_.rule(x_ + kScale, at, width_ - kScale, value == 0 ? 0.5 : kGrid);
        canvas_.text(x_, at - kLineOfText / 2, kScale - kApart, whole(value), number);
    }
}

void ChartDrawing::draw_places(double y) {
    const auto count = chart_.places.size();
    double widest = 1;
    for (const auto& place : chart_.places) widest = std::max(widest, canvas_.width_of(place, kSmall));
    const auto room = std::max<std::size_t>(1, static_cast<std::size_t>((width_ - kScale) / (widest + kNextTo)));
    const auto every = (count + room - 1) / room;
    for (std::size_t place = 0; place < count; place += std::max<std::size_t>(1, every)) {
        const double x = std::min(x_of(place), x_ + width_ - widest);
        canvas_.text(x, y, widest + 1, chart_.places[place], kSmall);
    }
}

}  // namespace whatsflow::documents
