-- Cells and outputs are content, not <div> boxes
function Div(el) return el.content end
