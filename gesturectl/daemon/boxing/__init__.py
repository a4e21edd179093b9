"""What keeps vision from doing more than watch: it decodes whatever a camera sends, so it gets no rights but these."""
