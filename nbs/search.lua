-- Quarto's search indexes the first block of a page without its headings, and no description: the description becomes that block
function Pandoc(doc)
  if not (quarto.doc.is_format('html') and doc.meta.description) then return end
  local text = pandoc.utils.stringify(doc.meta.description)
  doc.blocks:insert(1, pandoc.Div(pandoc.Plain(text), {hidden = ''}))
  return doc
end
