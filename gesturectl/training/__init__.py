"""Where classifiers are trained, with torch, and exported to one ONNX file each. Nothing at run time imports this."""
